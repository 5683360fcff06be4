import type { corev1 } from '@skiff/contracts';
import type { ImageAuth } from '../runtime/image-service';
import { parseImageReference } from './reference';

interface DockerAuth {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
}

/** The credentials in a pod's pull secrets that fit an image, most specific registry first. */
export function imageCredentials(image: string, secrets: readonly corev1.Secret[]): ImageAuth[] {
  const { domain, path } = parseImageReference(image);
  const target = `${domain}/${path}`;
  const found: { location: string; auth: ImageAuth }[] = [];
  for (const secret of secrets) {
    for (const [location, entry] of Object.entries(registries(secret))) {
      const normalized = normalize(location);
      if (!matches(normalized, target)) continue;
      const auth = credential(entry, location);
      if (auth !== undefined) found.push({ location: normalized, auth });
    }
  }
  return found.sort((a, b) => b.location.length - a.location.length).map(({ auth }) => auth);
}

function registries(secret: corev1.Secret): Record<string, DockerAuth> {
  const modern = secret.data?.['.dockerconfigjson'];
  const old = secret.data?.['.dockercfg'];
  const text = modern ?? old;
  if (text === undefined) return {};
  const parsed = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as unknown;
  if (typeof parsed !== 'object' || parsed === null) return {};
  const auths = modern === undefined ? parsed : (parsed as { auths?: unknown }).auths;
  return (auths ?? {}) as Record<string, DockerAuth>;
}

function normalize(location: string): string {
  const bare = location.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '');
  return bare === 'index.docker.io' ? 'docker.io' : bare;
}

function matches(location: string, target: string): boolean {
  const pattern = location.split('/');
  const parts = target.split('/');
  const [host = '', ...path] = pattern;
  const labels = host.split('.');
  const wanted = (parts[0] ?? '').split('.');
  if (labels.length !== wanted.length || !labels.every((label, index) => globMatches(label, wanted[index] ?? '')))
    return false;
  return path.every((part, index) => parts[index + 1] === part);
}

/** Whether a text fits a pattern in which `*` stands for anything. Never takes longer than both their lengths multiplied. */
function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

function credential(entry: DockerAuth, serverAddress: string): ImageAuth | undefined {
  if (entry.username !== undefined && entry.password !== undefined) {
    return { username: entry.username, password: entry.password, serverAddress };
  }
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1), serverAddress };
}
