const { createTransformer } = require('@swc/jest');

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
    };
  },
};
