import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { PluginFactory } from '../framework/plugin';

/**
 * Loads plugins from modules. Each exports `plugins`: factories by plugin name. Throws
 * RangeError for a module without.
 */
export function loadPlugins(paths: readonly string[]): Map<string, PluginFactory> {
  const load = createRequire(resolve('index.js'));
  const found = new Map<string, PluginFactory>();
  for (const path of paths) {
    const exported = load(resolve(path)) as { plugins?: Record<string, unknown> };
    if (!exported.plugins) throw new RangeError(`${path}: expected a module that exports "plugins"`);
    for (const [name, factory] of Object.entries(exported.plugins)) {
      if (typeof factory !== 'function') throw new RangeError(`${path}: plugin "${name}" is not a function`);
      found.set(name, factory as PluginFactory);
    }
  }
  return found;
}
