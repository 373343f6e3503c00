import { useLayoutEffect, useRef } from 'react';

/** What is shown before the first bar, in pixels. */
const BEFORE_PX = 24;

/**
 * Keeps the moment that moves in sight of a chart that is wider than the page, until somebody scrolls away from it.
 * `place`: 0 to 1; undefined when nothing moves: then the chart opens at `first`, where the first work begins.
 */
export function useFollow(place: number | undefined, first: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const opensAt = useRef(place === undefined ? first : 0);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box) box.scrollLeft = opensAt.current * box.scrollWidth - BEFORE_PX;
  }, []);
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
