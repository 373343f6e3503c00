/** Which master key is in use: one row, which every change of it holds. */
export interface MasterKeyRow {
  slot: number;
  key_id: string;
}

/** The data key of a tenant, sealed under the master key that `master_id` names. */
export interface DataKeyRow {
  tenant_id: string;
  sealed: string;
  master_id: string;
  created_at: number;
  updated_at: number;
}

/** A secret, sealed under the data key of its tenant for its id and version. */
export interface SecretRow {
  id: string;
  tenant_id: string;
  version: number;
  sealed: string;
  created_at: number;
  updated_at: number;
}
