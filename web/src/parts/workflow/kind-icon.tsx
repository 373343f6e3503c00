import {
  CalendarClock,
  GitFork,
  LifeBuoy,
  ListTree,
  type LucideIcon,
  RefreshCw,
  Split,
  SquareCheckBig,
  UserCheck,
  Workflow,
} from 'lucide-react';
import { type FlowStep, kindOf } from './flow.ts';

const ICONS: Readonly<Record<ReturnType<typeof kindOf>, LucideIcon>> = {
  goal: SquareCheckBig,
  forEach: ListTree,
  parallel: Split,
  repeat: RefreshCw,
  switch: GitFork,
  try: LifeBuoy,
  workflow: Workflow,
  wait: CalendarClock,
  approval: UserCheck,
};

/** What kind of step it is, as a sign beside the words. */
export function KindIcon({ step }: { step: FlowStep }) {
  const Icon = ICONS[kindOf(step)];
  return <Icon aria-hidden="true" className="size-4 shrink-0 text-soft" />;
}
