import { MODEL_PAGES, PageTabs } from '../../parts/message/tabs.tsx';
import { Alarms } from './alarms.tsx';
import { Budgets } from './budgets.tsx';
import { Spent } from './spent.tsx';

/** Money and tokens: what was spent on what, and what may be. */
export function Costs() {
  return (
    <div className="space-y-6">
      <h1 className="text-2xl font-semibold">Costs</h1>
      <PageTabs label="Parts of the models" pages={MODEL_PAGES} />
      <Spent />
      <Budgets />
      <Alarms />
    </div>
  );
}
