import { useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { areSingleKeysOn, Keys, setSingleKeys, shortcutsNow } from './keys.tsx';

/** The list of what keys do on this page, with the switch for single keys. */
export function Shortcuts({ open, onClose }: { open: boolean; onClose(): void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts">
      <Groups />
    </Dialog>
  );
}

function Groups() {
  const [isOn, setOn] = useState(areSingleKeysOn);
  return (
    <div className="space-y-6">
      {shortcutsNow().map(({ group, shortcuts }) => (
        <section key={group} aria-label={group}>
          <h3 className="mb-1 text-sm font-medium text-soft">{group}</h3>
          <dl className="divide-y divide-line">
            {shortcuts.map(([shortcut, { does }]) => (
              <div key={shortcut} className="flex items-center justify-between gap-4 py-2">
                <dt>{does}</dt>
                <dd>
                  <Keys of={shortcut} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label className="flex items-start gap-3 rounded-xl bg-sunken p-3 text-sm">
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ target }) => {
            setSingleKeys(target.checked);
            setOn(target.checked);
          }}
          className="mt-0.5 size-4 accent-accent"
        />
        <span>
          Shortcuts of plain keys
          <span className="block text-soft">
            Switch them off if keys get pressed by accident or by speech. Ctrl K keeps working.
          </span>
        </span>
      </label>
    </div>
  );
}
