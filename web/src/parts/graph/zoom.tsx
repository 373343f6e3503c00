import { type FitViewOptions, useReactFlow } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { Button } from '../button.tsx';

interface ZoomProps {
  /** What the picture shows: "plan". */
  what: string;
  /** Said beside the buttons where there is room. */
  hint: string;
  fit: FitViewOptions;
}

/** Larger, smaller, the whole: below a picture, inside its `ReactFlowProvider`. */
export function Zoom({ what, hint, fit }: ZoomProps) {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  const buttons = [
    { label: 'Larger', Icon: Plus, run: () => zoomIn() },
    { label: 'Smaller', Icon: Minus, run: () => zoomOut() },
    { label: `Show the whole ${what}`, Icon: Maximize, run: () => fitView(fit) },
  ];
  return (
    <div className="flex items-center justify-end gap-1 border-t border-line bg-card px-2 py-1.5">
      <p className="mr-auto hidden pl-2 text-xs text-soft sm:block">{hint}</p>
      {buttons.map(({ label, Icon, run }) => (
        <Button
          key={label}
          small
          look="quiet"
          aria-label={label}
          title={label}
          onClick={() => void run()}
          className="px-2!"
        >
          <Icon aria-hidden="true" className="size-4" />
        </Button>
      ))}
    </div>
  );
}
