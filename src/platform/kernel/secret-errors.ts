import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about kept secrets: plain data, because `errors.ts` imports it. */
export const secretErrors = {
  'secret/master-key-missing': {
    message: 'Secrets are stored here, and the master key {keyId} that opens them is not there.',
    status: 503,
    hint: 'Set CADRE_MASTER_KEY to that key, or put the file `master.key` back into the home; no new key is made, because the stored secrets could never be opened again.',
    retryable: false,
  },
  'secret/master-key-wrong': {
    message:
      'Secrets are stored here under the master key {keyId}; the keys that are there are others: {found}.',
    status: 503,
    hint: 'Set CADRE_MASTER_KEY (or CADRE_MASTER_KEY_BEFORE) to the key that was used, or put its file `master.key` back into the home.',
    retryable: false,
  },
  'secret/master-key-unreadable': {
    message: 'The file of the master key {file} is not usable: {detail}.',
    status: 503,
    hint: 'Put the file back from a backup; it must belong to you and be closed to others (`chmod 600`).',
    retryable: false,
  },
  'secret/damaged': {
    message: 'A stored secret cannot be opened: {what} was changed or belongs elsewhere.',
    status: 500,
    hint: 'Restore the database from a backup, or enter the secret again (`cadre provider change`, `cadre trigger change --rotate`).',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
