/** Further words of the runtime, as JSON by key; which ones is its own affair. */
export type VerboseInfo = Readonly<Record<string, string>>;

/** The image that containerd makes sandboxes from, out of its verbose status; undefined if it does not say. */
export function configuredSandboxImage(info: VerboseInfo): string | undefined {
  return textAt(info['config'], 'sandboxImage');
}

/** The image that a sandbox was made from, out of its verbose status; undefined if it does not say. */
export function imageOfSandbox(info: VerboseInfo): string | undefined {
  return textAt(info['info'], 'image');
}

function textAt(json: string | undefined, key: string): string | undefined {
  const value = json === undefined ? undefined : (JSON.parse(json) as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
