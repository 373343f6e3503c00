import { useState } from 'react';
import type { WorkflowDetail, WorkflowVersion } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { Button } from '../../parts/button.tsx';
import { Publish } from './publish.tsx';
import { Reject } from './reject.tsx';

/** What people can do with a version: have new tasks follow it, or say of a proposed one that it will not be. */
export function Decide({ workflow, version }: { workflow: WorkflowDetail; version: WorkflowVersion }) {
  const may = useMay('operator');
  const [asked, setAsked] = useState<'publish' | 'reject'>();
  const { version: number, status } = version;
  if (!may) return null;
  const close = () => setAsked(undefined);
  return (
    <>
      {status === 'proposed' && (
        <Button small onClick={() => setAsked('reject')}>
          Reject<span className="sr-only"> version {number}</span>
        </Button>
      )}
      {status !== 'published' && status !== 'rejected' && (
        <Button small onClick={() => setAsked('publish')}>
          Publish<span className="sr-only"> version {number}</span>
        </Button>
      )}
      {asked === 'reject' && <Reject workflow={workflow} version={number} onClose={close} />}
      {asked === 'publish' && <Publish workflow={workflow} version={number} onClose={close} />}
    </>
  );
}
