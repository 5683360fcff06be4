const { createTransformer } = require('@swc/jest');

/**
 * Compiles as @swc/jest does. A contract has a message called Object, which would
 * shadow the global one in the export helper that swc puts before it.
 */
module.exports = {
  createTransformer(options) {
    const swc = createTransformer(options);
    const mend = ({ code, ...rest }) => ({
      code: code
        .replaceAll(' Object.defineProperty(', ' globalThis.Object.defineProperty(')
        .replaceAll('\nObject.defineProperty(', '\nglobalThis.Object.defineProperty('),
      ...rest,
    });
    return { ...swc, process: (...args) => mend(swc.process(...args)) };
  },
};
