/** The table of kinds: names, scope and codec of every resource. */
export function renderKinds(registry) {
  const object = registry.message('skiff.api.v1.Object');
  const imports = new Map();
  const entries = [];
  const seen = new Set();
  for (const field of object.fields) {
    if (!field.message || field.name === 'unstructured') continue;
    const rules = registry.kindRules(field.message);
    const alias = importOf(field.message, imports);
    const name = uniqueName(rules, seen);
    const list = registry.message(`${field.message.typeName}List`);
    entries.push(`  /** ${rules.group || 'core'}/${rules.version} ${rules.kind} */
  ${name}: defineKind({
    group: '${rules.group}',
    version: '${rules.version}',
    kind: '${rules.kind}',
    plural: '${rules.plural}',
    namespaced: ${rules.namespaced},
    shortNames: ${JSON.stringify([...rules.shortNames])},
    categories: ${JSON.stringify([...rules.categories])},
    message: '${field.message.typeName}',
    codec: ${alias}.${field.message.name},
    listCodec: ${list ? `${alias}.${list.name}` : 'undefined'},
    wire: { name: '${field.localName}', number: ${field.number} },
  }),`);
  }
  const lines = [...imports].map(([path, alias]) => `import * as ${alias} from './${path}';`);
  return `${lines.join('\n')}\nimport { defineKind } from '../kind';\n\n/** Every kind that the API serves, by name. */\nexport const Kinds = {\n${entries.join('\n')}\n} as const;\n`;
}

function importOf(message, imports) {
  const path = message.file.name;
  if (!imports.has(path)) imports.set(path, `m${imports.size}`);
  return imports.get(path);
}

/** Two kinds share the name Event, and one has two versions: the later group's, and the older version's, get a longer name. */
function uniqueName(rules, seen) {
  const group = rules.group.split('.')[0];
  let name = rules.kind;
  if (rules.group === 'events.k8s.io') name = 'EventsEvent';
  if (rules.group === 'autoscaling' && rules.version === 'v1' && rules.kind === 'HorizontalPodAutoscaler')
    name = 'HorizontalPodAutoscalerV1';
  if (seen.has(name)) throw new Error(`two kinds are called ${name} (${group})`);
  seen.add(name);
  return name;
}
