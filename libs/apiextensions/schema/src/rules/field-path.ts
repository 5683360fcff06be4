import type { Schema } from '../structure/structure';

/**
 * The path that a rule names, such as `.spec.ports['a.b']`, as field errors have it. Undefined for what leads to no
 * field of the schema: a path has no places of lists.
 * Upstream: ValidFieldPath in staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel.
 */
export function ruleFieldPath(text: string, schema: Schema): string | undefined {
  let rest = text;
  let at: Schema | undefined = schema;
  let path = '';
  while (rest !== '') {
    const step: RegExpExecArray | null = /^\.([A-Za-z_$][\w$-]*)/.exec(rest) ?? /^\['((?:[^'\\]|\\.)*)'\]/.exec(rest);
    const found: string | undefined = step?.[1];
    if (!step || found === undefined) return undefined;
    const name = found.replace(/\\(.)/g, '$1');
    const inner: Inner | undefined = below(at, name);
    if (!inner) return undefined;
    path += inner.isKey ? `[${name}]` : `${path === '' ? '' : '.'}${name}`;
    at = inner.schema;
    rest = rest.slice(step[0].length);
  }
  return path === '' ? undefined : path;
}

interface Inner {
  readonly schema: Schema;
  readonly isKey: boolean;
}

function below({ properties, additionalProperties }: Schema, name: string): Inner | undefined {
  const named = Object.hasOwn(properties ?? {}, name) ? properties?.[name] : undefined;
  if (named) return { schema: named, isKey: false };
  return typeof additionalProperties === 'object' ? { schema: additionalProperties, isKey: true } : undefined;
}
