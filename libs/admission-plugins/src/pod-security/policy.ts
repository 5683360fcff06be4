import { ErrorList } from '@skiff/apimachinery';

export type Level = 'privileged' | 'baseline' | 'restricted';
const levels: readonly Level[] = ['privileged', 'baseline', 'restricted'];

/** A level as it was in a minor version of Kubernetes, or as it is now. */
export interface Standard {
  readonly level: Level;
  readonly version: number | 'latest';
}

/** What a namespace wants of its pods. */
export interface Policy {
  readonly enforce: Standard;
  readonly audit: Standard;
  readonly warn: Standard;
}

/** `restricted:latest`, `baseline:v1.30`. */
export const nameOf = ({ level, version }: Standard): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`;

export const isStricter = (one: Level, other: Level): boolean => levels.indexOf(one) > levels.indexOf(other);

type Mode = keyof Policy;
type Labels = Readonly<Record<string, string>>;

const levelLabel = (mode: Mode): string => `pod-security.kubernetes.io/${mode}`;
const versionLabel = (mode: Mode): string => `${levelLabel(mode)}-version`;

function isLevel(text: string): text is Level {
  return (levels as readonly string[]).includes(text);
}

/** The standard that labels name for a mode; undefined parts are not labelled. Mistakes are noted. */
function readMode(labels: Labels, mode: Mode, to: ErrorList): { level?: Level; version?: Standard['version'] } {
  const [level, version] = [labels[levelLabel(mode)], labels[versionLabel(mode)]];
  const read: { level?: Level; version?: Standard['version'] } = {};
  if (level !== undefined) {
    if (isLevel(level)) read.level = level;
    else {
      // A mistake lets nothing in, and bothers nobody with warnings.
      read.level = mode === 'enforce' ? 'restricted' : 'privileged';
      to.invalid(`metadata.labels[${levelLabel(mode)}]`, level, `must be one of ${levels.join(', ')}`);
    }
  }
  if (version !== undefined) {
    const minor = /^v1\.(0|[1-9]\d*)$/.exec(version)?.[1];
    read.version = minor === undefined ? 'latest' : Number(minor);
    if (minor === undefined && version !== 'latest')
      to.invalid(`metadata.labels[${versionLabel(mode)}]`, version, 'must be "latest" or "v1.x"');
  }
  return read;
}

const none: Standard = { level: 'privileged', version: 'latest' };

/** The policy that a namespace's labels ask for; without labels it allows all. What is enforced is warned of, too. */
export function policyOf(labels: Labels | undefined, to = new ErrorList()): Policy {
  const [enforced, audited, warned] = (['enforce', 'audit', 'warn'] as const).map((mode) =>
    readMode(labels ?? {}, mode, to),
  );
  const enforce = { ...none, ...enforced };
  const warnDefault = enforced?.level !== undefined && warned?.level === undefined ? enforce : none;
  return { enforce, audit: { ...none, ...audited }, warn: { ...warnDefault, ...warned } };
}
