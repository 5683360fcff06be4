/**
 * Expressions of custom resources and policies: compiled, and evaluated, each as often as it can be in a second.
 * usage: node tools/bench/expressions.mjs
 */
import { compile, dynType, Environment, schemaType, type Program } from '@skiff/cel';

const ports = { type: 'array', items: { type: 'object', properties: { port: { type: 'integer' } } } };
const self = schemaType({
  type: 'object',
  properties: { replicas: { type: 'integer' }, max: { type: 'integer' }, name: { type: 'string' }, ports },
});
const environment = new Environment({ variables: { self: self ?? dynType, object: dynType } });
const activation = {
  self: { replicas: 3, max: 5, name: 'hello', ports: [{ port: 80 }, { port: 53 }] },
  object: { metadata: { name: 'web' }, spec: { replicas: 3, containers: [{ image: 'a/b' }, { image: 'a/c' }] } },
};
const expressions: readonly string[] = [
  'self.replicas <= self.max',
  "self.name.startsWith('he') && self.replicas > 1",
  'self.ports.all(p, p.port > 0)',
  "self.name.matches('^[a-z]+$')",
  "object.metadata.name == 'web' && has(object.spec.replicas)",
  "object.spec.containers.all(c, c.image.startsWith('a/'))",
];

function programOf(text: string): Program {
  const compilation = compile(text, environment);
  if (!('program' in compilation)) throw new Error(compilation.message);
  return compilation.program;
}

/** How often something can be done in a second, once it is warm. */
function rateOf(act: () => void): number {
  const batch = 100;
  const during = (milliseconds: number): number => {
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < milliseconds) {
      for (let index = 0; index < batch; index += 1) act();
      count += batch;
    }
    return (count / (performance.now() - started)) * 1_000;
  };
  during(500);
  return Math.round(during(1_000));
}

function report(work: string, value: number): void {
  console.log(JSON.stringify({ section: 'expressions', work, value, unit: 'expressions/s' }));
}

for (const text of expressions) {
  const program = programOf(text);
  report(
    `compile ${text}`,
    rateOf(() => void programOf(text)),
  );
  report(
    `evaluate ${text}`,
    rateOf(() => void program.evaluate(activation)),
  );
}
