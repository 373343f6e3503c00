/** What the address of Home says: the task whose goal and files are to be asked again. */
export interface HomeSearch {
  again?: string;
}
