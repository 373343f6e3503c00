/** What the address of the editor says: an example to begin with, or the version to begin from. */
export interface EditSearch {
  example?: boolean;
  version?: number;
}
