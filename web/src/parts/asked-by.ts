const ASKERS: Record<string, string> = {
  key: 'a program or command line, with a key',
  session: 'a person, in a browser',
  system: 'the command line of this machine',
  agent: 'an agent, as a step of its plan',
};

/** Who asked for something or made it, by the beginning of its id: `key:…`, `session:…`. */
export function askedBy(createdBy: string): string {
  return ASKERS[createdBy.split(':')[0] ?? ''] ?? createdBy;
}
