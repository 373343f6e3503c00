import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { serverAnswers } from './parts/patiently.ts';
import { isPrefetching } from './shell/prefetch.ts';
import './styles.css';

// After an upgrade of the server the parts of the old page are gone: take the new page, once.
window.addEventListener('vite:preloadError', () => {
  if (isPrefetching() || sessionStorage.getItem('cadre-reloaded') === location.href) return;
  void serverAnswers().then((isThere) => {
    if (!isThere) return; // the part comes when the server is back
    sessionStorage.setItem('cadre-reloaded', location.href);
    location.reload();
  });
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
