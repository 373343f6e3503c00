import { type ReactNode, useEffect, useRef, useState } from 'react';

/** What may be wider than its place and then scrolls by itself: by the keyboard too, but only when it must. */
export function Wide({
  label,
  className = '',
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const box = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <section
      ref={box}
      aria-label={label}
      className={`overflow-x-auto ${className}`}
      {...(scrolls && { tabIndex: 0 })}
    >
      {children}
    </section>
  );
}
