import {
  badRequest,
  isJsonObject,
  isTooMuchToApply,
  requestEntityTooLarge,
  schemaOf,
  StatusError,
  whyNotTyped,
  type ApiObject,
  type JsonObject,
} from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';

/** What upstream cannot tell from a mistake of its own, and answers without a reason. */
export const failed = (message: string): StatusError => new StatusError(500, '', message);

/**
 * Throws for what cannot be applied to an object of a kind, whatever is stored.
 * @param bytes how long it is.
 * Upstream: pkg/util/managedfields/internal/{versioncheck,structuredmerge}.go of apimachinery.
 */
export function requireApplicable(kind: Kind<ApiObject>, config: JsonObject, bytes: number): void {
  const named = describeKind(kindOf(config));
  if (named !== describeKind(kind)) throw badRequest(`invalid object type: ${named}`);
  const { metadata } = config;
  if (isJsonObject(metadata) && Array.isArray(metadata['managedFields']))
    throw badRequest('metadata.managedFields must be nil');
  if (isTooMuchToApply(schemaOf(kind), config, bytes)) throw requestEntityTooLarge('too many fields to be managed');
  const why = whyNotTyped(schemaOf(kind), config);
  if (why !== undefined) throw failed(`failed to create typed patch object (${describeConfiguration(config)}): ${why}`);
}

interface Named {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A kind as Go prints it. */
export const describeKind = ({ group, version, kind }: Named): string => `${group}/${version}, Kind=${kind}`;

/** Of which kind an object says that it is. */
function kindOf({ apiVersion, kind }: JsonObject): Named {
  const parts = typeof apiVersion === 'string' ? apiVersion.split('/') : [];
  if (parts.length > 2) return { group: '', version: '', kind: '' };
  const [version = '', group = ''] = parts.toReversed();
  return { group, version, kind: typeof kind === 'string' ? kind : '' };
}

/** What is applied, as errors name it. */
export function describeConfiguration(config: JsonObject): string {
  const metadata = isJsonObject(config['metadata']) ? config['metadata'] : {};
  const text = (name: string): string => (typeof metadata[name] === 'string' ? metadata[name] : '');
  return `${text('namespace')}/${text('name')}; ${describeKind(kindOf(config))}`;
}
