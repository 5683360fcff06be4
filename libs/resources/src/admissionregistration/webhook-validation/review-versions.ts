import { dns1035Label, type ErrorList } from '@skiff/apimachinery';

const known = ['v1', 'v1beta1'];

export const hasKnownVersion = (versions: readonly string[]): boolean =>
  versions.some((version) => known.includes(version));

/** Rules of the versions of AdmissionReview that a webhook understands. */
export function validateReviewVersions(
  versions: readonly string[],
  mustBeKnown: boolean,
  path: string,
  to: ErrorList,
): void {
  if (versions.length === 0) return to.required(path, `must specify one of ${known.join(', ')}`);
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    const at = `${path}[${index}]`;
    if (seen.has(version)) to.invalid(at, version, 'duplicate version');
    else to.all(at, version, dns1035Label(version));
    seen.add(version);
  }
  if (mustBeKnown && !hasKnownVersion(versions))
    to.invalid(path, versions, `must include at least one of ${known.join(', ')}`);
}
