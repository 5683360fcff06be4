import { mergeOpenApiV2, partOfOpenApiV2 } from './merge-v2';

const reference = (name: string): object => ({ $ref: `#/definitions/${name}` });

describe('OpenAPI documents of several servers', () => {
  it('are cut down to the paths that are chosen, and what these need', () => {
    const document = {
      paths: { '/a': { get: reference('A') }, '/b': { get: reference('B') } },
      definitions: { A: { items: reference('Deep') }, Deep: { items: reference('A') }, B: {}, constructor: {} },
    };
    const part = partOfOpenApiV2(document, (path) => path === '/a');
    expect(part).toEqual({
      paths: { '/a': { get: reference('A') } },
      definitions: { A: { items: reference('Deep') }, Deep: { items: reference('A') } },
    });
    const nowhere = { paths: { '/a': { get: reference('toString') } }, definitions: {} };
    expect(partOfOpenApiV2(nowhere, () => true).definitions).toEqual({});
  });

  it('share definitions that are alike, and rename those that are not', () => {
    const first = {
      swagger: '2.0',
      paths: { '/p': {} },
      definitions: { Pod: { type: 'object' }, Same: { type: 'string' } },
    };
    const other = {
      paths: { '/p': { get: {} }, '/q': { get: [reference('Pod'), reference('Same')] } },
      definitions: { Pod: { items: reference('Pod') }, Same: { type: 'string' } },
    };
    expect(mergeOpenApiV2(first, [other])).toEqual({
      swagger: '2.0',
      paths: { '/p': {}, '/q': { get: [reference('Pod_v2'), reference('Same')] } },
      definitions: { Pod: { type: 'object' }, Same: { type: 'string' }, Pod_v2: { items: reference('Pod_v2') } },
    });
  });
});
