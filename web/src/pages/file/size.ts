const UNITS = ['bytes', 'kB', 'MB', 'GB'];

/** "1 byte", "812 bytes", "11.1 kB", "4.2 MB": decimal, as disks and browsers count. */
export function bytesWords(bytes: number): string {
  if (bytes === 1) return '1 byte';
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
