/** How often the server is looked for while it is away, in milliseconds. */
const AGAIN_MS = 2_000;

/** Whether the server is there at all; what it answers does not matter. */
export async function serverAnswers(): Promise<boolean> {
  try {
    await fetch('/health', { cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

let back: Promise<void> | undefined;

/** Resolves when the server is there again; however many wait, one asks. */
async function serverIsBack(answers: () => Promise<boolean>): Promise<void> {
  const look = async () => {
    do await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    while (!(await answers()));
    back = undefined;
  };
  back ??= look();
  return back;
}

/**
 * Fetches a part of the page. While the server is away it is awaited: giving up would break the page that is open, or
 * load it anew from a server that is not there. A part that a running server does not have is an error.
 */
export async function patiently<T>(fetchPart: () => Promise<T>, answers = serverAnswers): Promise<T> {
  for (;;) {
    try {
      return await fetchPart();
    } catch (error) {
      if (await answers()) throw error;
      await serverIsBack(answers);
    }
  }
}
