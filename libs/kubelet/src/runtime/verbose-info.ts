import type { RuntimeSettings } from './runtime-info';

/** Further words of the runtime, as JSON by key; which ones is its own affair. */
export type VerboseInfo = Readonly<Record<string, string>>;

/** How containerd is set up, out of its verbose status. */
export function runtimeSettings(info: VerboseInfo): RuntimeSettings {
  const config = objectAt(info, 'config');
  return { sandboxImage: textOf(config['sandboxImage']), appArmor: config['disableApparmor'] !== true };
}

/** The image that a sandbox was made from, out of its verbose status; undefined if it does not say. */
export function imageOfSandbox(info: VerboseInfo): string | undefined {
  return textOf(objectAt(info, 'info')['image']);
}

function objectAt(info: VerboseInfo, key: string): Readonly<Record<string, unknown>> {
  const json = info[key];
  return json === undefined ? {} : (JSON.parse(json) as Readonly<Record<string, unknown>>);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
