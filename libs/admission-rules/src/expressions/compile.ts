import { compile, formatType, type Environment, type Program, type Type } from '@skiff/cel';

/** An expression with its text, which errors quote; or why there is none. */
export type CompiledExpression =
  { readonly text: string; readonly program: Program } | { readonly text: string; readonly problem: string };

/**
 * Compiles an expression whose value has to be of one of these kinds; what is only known when it is evaluated may be
 * anything.
 */
export function compileExpression(
  text: string,
  environment: Environment,
  kinds: readonly Type['kind'][],
): CompiledExpression {
  const compilation = compile(text, environment);
  if (!('program' in compilation)) return { text, problem: `compilation failed: ${compilation.message}` };
  const { program } = compilation;
  if (program.type.kind === 'dyn' || kinds.includes(program.type.kind)) return { text, program };
  return { text, problem: wrongType(kinds, program.type) };
}

function wrongType(kinds: readonly Type['kind'][], type: Type): string {
  const [only, ...others] = kinds;
  return others.length === 0
    ? `must evaluate to ${only}`
    : `must evaluate to one of the types: [${kinds.join(' ')}], not ${formatType(type)}`;
}
