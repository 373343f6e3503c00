import { useLayoutEffect, useRef } from 'react';

/**
 * Keeps the moment that moves in sight of a chart that is wider than the page, until somebody scrolls away from it.
 * `place`: 0 to 1; undefined when nothing moves.
 */
export function useFollow(place: number | undefined) {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const own = useRef(0);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || place === undefined || !follows.current) return;
    box.scrollLeft = place * box.scrollWidth - box.clientWidth * 0.85;
    own.current = box.scrollLeft;
  }, [place]);
  const onScroll = () => {
    const box = scroller.current;
    if (!box || Math.abs(box.scrollLeft - own.current) < 2) return;
    // Scrolled by hand: to the end means "follow again".
    follows.current = box.scrollLeft + box.clientWidth >= box.scrollWidth - 8;
  };
  return { scroller, onScroll };
}
