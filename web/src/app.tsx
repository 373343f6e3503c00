import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Problem } from './api/client.ts';
import { Notices } from './parts/notices.tsx';
import { router } from './router.tsx';
import { ThemeProvider } from './shell/theme.tsx';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The event log says when something changed; time does not.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (count, error) => error instanceof Problem && isPassing(error) && count < 5,
      retryDelay: (attempt) => Math.min(250 * 2 ** attempt, 4_000),
    },
  },
});

/** Worth another try: the server is away or starting, not that it refused. */
function isPassing({ details }: Problem): boolean {
  return details.status === 0 || details.status === 503 || details.status === 429;
}

export function App() {
  return (
    <ThemeProvider>
      <QueryClientProvider client={client}>
        <Notices>
          <RouterProvider router={router} context={{ client }} />
        </Notices>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
