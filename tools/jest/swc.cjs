const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { version } = require('@swc/core');
const { createTransformer } = require('@swc/jest');

const self = readFileSync(__filename);

/**
 * swc's CommonJS prelude uses `Object` also in a module that declares an `Object` of its own, as the
 * contracts do: it is given the global one.
 */
module.exports = {
  createTransformer(options) {
    const swc = createTransformer(options);
    return {
      ...swc,
      process(source, path, settings) {
        const result = swc.process(source, path, settings);
        if (!/^export const Object\b/m.test(source)) return result;
        return { ...result, code: result.code.replace(/(?<![.\w])Object\.(?=define|getOwn)/g, 'globalThis.Object.') };
      },
      /** The same for every project, unlike swc's own, so that each file is transformed once for all of them. */
      getCacheKey(source, path, { instrument, supportsStaticESM }) {
        const hash = createHash('sha256').update(self);
        for (const part of [version, JSON.stringify(options), path, source, `${instrument} ${supportsStaticESM}`])
          hash.update(part).update('\0');
        return hash.digest('hex');
      },
    };
  },
};
