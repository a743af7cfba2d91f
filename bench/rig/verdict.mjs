/** Prints each figure with its bar, the verdict last; exits 1 when one bar does not hold. */
export function verdict(name, figures) {
  let held = true;
  const parts = figures.map(({ what, value, most, unit = '', digits = 2 }) => {
    const ok = value <= most;
    held &&= ok;
    return `${what} ${value.toFixed(digits)}${unit} (≤ ${most}${unit}${ok ? '' : ', NOT HELD'})`;
  });
  console.log(`${name}: ${held ? 'held' : 'NOT HELD'}: ${parts.join(' · ')}`);
  process.exitCode = held ? 0 : 1;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
