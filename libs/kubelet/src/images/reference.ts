/** An image name that cannot be one, in the words of upstream's parser. */
export class InvalidReference extends Error {
  override readonly name = 'InvalidReference';
}

export interface ImageReference {
  /** Such as `docker.io`. */
  readonly domain: string;
  /** Such as `library/busybox`. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const domainPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** Parses what people write as an image, with Docker's defaults. Throws an InvalidReference. */
export function parseImageReference(text: string): ImageReference {
  if (/^[a-f0-9]{64}$/.test(text)) {
    throw new InvalidReference(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const [head = '', ...tail] = text.split('/');
  const hasDomain = tail.length > 0 && (/[.:]/.test(head) || head === 'localhost' || head.toLowerCase() !== head);
  const domain = hasDomain ? head : 'docker.io';
  let rest = hasDomain ? tail.join('/') : text;
  if ((domain === 'docker.io' || domain === 'index.docker.io') && !rest.includes('/')) rest = `library/${rest}`;
  const at = rest.indexOf('@');
  const digest = at === -1 ? undefined : rest.slice(at + 1);
  const named = at === -1 ? rest : rest.slice(0, at);
  const colon = named.indexOf(':');
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  const path = colon === -1 ? named : named.slice(0, colon);
  if (path.toLowerCase() !== path) {
    throw new InvalidReference(`invalid reference format: repository name (${path}) must be lowercase`);
  }
  const valid =
    pathPattern.test(path) &&
    domainPattern.test(domain) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest));
  if (!valid) throw new InvalidReference('invalid reference format');
  return { domain: domain === 'index.docker.io' ? 'docker.io' : domain, path, tag, digest };
}

/** The image with `:latest` if it says neither tag nor digest. */
export function withDefaultTag(text: string): string {
  const { tag, digest } = parseImageReference(text);
  return tag === undefined && digest === undefined ? `${text}:latest` : text;
}

/** The name as the runtime lists it, with registry and tag; what is no image name stays as it is. */
export function fullReference(text: string): string {
  try {
    const { domain, path, tag, digest } = parseImageReference(text);
    return `${domain}/${path}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`;
  } catch (error) {
    if (error instanceof InvalidReference) return text;
    throw error;
  }
}
