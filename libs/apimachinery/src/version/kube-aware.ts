const form = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const stabilities: readonly (string | undefined)[] = [undefined, 'beta', 'alpha'];

/**
 * Sorts the versions of a group so that the one that clients should prefer comes first: stable ones before beta before
 * alpha, and the newest first among each; names of another form come last, by the alphabet.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/version/helpers.go.
 */
export function compareKubeAwareVersions(a: string, b: string): number {
  const [left, right] = [form.exec(a), form.exec(b)];
  if (!left || !right) return Number(!left) - Number(!right) || (a < b ? -1 : 1);
  const stability = stabilities.indexOf(left[2]) - stabilities.indexOf(right[2]);
  return stability || Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0);
}
