/**
 * The betting e-process of EVOLUTION 2.5 (after Waudby-Smith and Ramdas): is the mean of paired differences in [-1, 1]
 * above `m`? The wealth is evidence at any time one looks; above 1 / alpha the claim is proven at level alpha.
 */
export function wealthAgainst(differences: readonly number[], m: number): number {
  const lowest = -1;
  const halfRange = 1;
  let wealth = 1;
  let highest = 1;
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const x of differences) {
    const mean = sum / (n + 20);
    const variance = (squares + (20 * halfRange ** 2) / 4) / (n + 20);
    const bet = Math.min(Math.max(mean / (variance + mean ** 2), 0), 0.5 / (m - lowest));
    wealth *= 1 + bet * (x - m);
    highest = Math.max(highest, wealth);
    n += 1;
    sum += x - m;
    squares += (x - m - mean) ** 2;
  }
  return highest;
}
