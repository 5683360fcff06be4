import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '../environment';
import { compile } from '../program';
import { formatType } from '../types/format-type';
import { dynType, type Type } from '../types/type';
import { NotSupported, show, typeOf, valueOf } from './expected-values';
import { parseTextProto, type TextMessage } from './text-proto';

const folder = join(__dirname, '../../fixtures/cel-spec');

/** A test of the public test data. */
export interface ConformanceCase {
  /** `file/section/test`; a name that occurs more than once has a number after it. */
  readonly id: string;
  readonly expression: string;
  /** What is wrong with our answer; undefined if it is right. */
  run(): string | undefined;
}

/** All cases, in their order. */
export function conformanceCases(): readonly ConformanceCase[] {
  const seen = new Map<string, number>();
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const content = parseTextProto(readFileSync(join(folder, file), 'utf8'));
      return content.messages('section').flatMap((section) =>
        section.messages('test').map((test) => {
          const name = [file.replace('.textproto', ''), section.scalar('name'), test.scalar('name')].join('/');
          const count = (seen.get(name) ?? 0) + 1;
          seen.set(name, count);
          const id = count > 1 ? `${name}#${String(count)}` : name;
          return { id, expression: test.scalar('expr') ?? '', run: () => runTest(test) };
        }),
      );
    });
}

function runTest(test: TextMessage): string | undefined {
  try {
    return answerOf(test);
  } catch (cause) {
    if (cause instanceof NotSupported) return `there is no ${cause.message}`;
    throw cause;
  }
}

function environmentOf(test: TextMessage): Environment {
  const variables: Record<string, Type> = {};
  for (const { key } of bindingsOf(test)) variables[key] = dynType;
  for (const declaration of test.messages('type_env')) {
    const type = declaration.message('ident')?.message('type');
    if (!type) throw new NotSupported('function that a test declares');
    variables[declaration.scalar('name') ?? ''] = typeOf(type);
  }
  return new Environment({ variables, container: test.scalar('container') ?? '', anyLiterals: true });
}

const bindingsOf = (test: TextMessage): readonly { key: string; value: TextMessage | undefined }[] =>
  test.messages('bindings').map((binding) => ({
    key: binding.scalar('key') ?? '',
    value: binding.message('value')?.message('value'),
  }));

/** Whether an error of the checker is what the test asks for. */
function isExpected(test: TextMessage, message: string): boolean {
  const errors = test.message('eval_error')?.messages('errors') ?? [];
  return errors.some((error) => message.includes(error.scalar('message') ?? '\n'));
}

function answerOf(test: TextMessage): string | undefined {
  if (test.scalar('disable_macros') === 'true') throw new NotSupported('expression whose macros are calls');
  const expectsError = test.fields.has('eval_error') || test.fields.has('any_eval_errors');
  const compilation = compile(test.scalar('expr') ?? '', environmentOf(test));
  if (!('program' in compilation)) {
    // What is not checked fails when it is evaluated; here it is refused before that.
    const refused = expectsError && test.scalar('disable_check') === 'true';
    return refused || isExpected(test, compilation.message) ? undefined : compilation.message;
  }
  const typed = test.message('typed_result');
  const deduced = typed?.message('deduced_type');
  if (deduced && formatType(typeOf(deduced)) !== formatType(compilation.program.type))
    return `is a ${formatType(compilation.program.type)}`;
  if (test.scalar('check_only') === 'true') return undefined;
  const bindings = bindingsOf(test).map(({ key, value }) => [key, value ? valueOf(value) : null]);
  const evaluation = compilation.program.evaluate(Object.fromEntries(bindings));
  if ('pending' in evaluation) return 'is pending';
  if ('error' in evaluation) return expectsError ? undefined : `fails: ${evaluation.error.message}`;
  if (expectsError) return `is ${show(evaluation.value)}`;
  const expected = test.message('value') ?? typed?.message('result');
  const wanted = expected ? valueOf(expected) : true;
  return show(evaluation.value) === show(wanted) ? undefined : `is ${show(evaluation.value)}, not ${show(wanted)}`;
}
