import fc from 'fast-check';
import { compareQuantities } from './quantity';
import { addResources, maxResources, subtractResources } from './resource-list';

const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-2');
const quantity = fc
  .tuple(fc.constantFrom('', '-', '+'), fc.nat(1_000_000), fc.option(fc.nat(999)), suffix)
  .map(([sign, whole, part, end]) => `${sign}${whole}${part === null ? '' : `.${part}`}${end}`);

describe('Resource lists', () => {
  it('are added and taken away by name', () => {
    expect(addResources({ cpu: '500m' }, { cpu: '1', memory: '1Gi' })).toEqual({ cpu: '1500m', memory: '1Gi' });
    expect(maxResources({ cpu: '500m', memory: '2Gi' }, { cpu: '1' })).toEqual({ cpu: '1', memory: '2Gi' });
    const amounts = fc.dictionary(fc.constantFrom('cpu', 'memory', 'pods'), quantity);
    fc.assert(
      fc.property(amounts, amounts, (one, other) => {
        const back = subtractResources(addResources(one, other), other);
        for (const [name, amount] of Object.entries(one)) expect(compareQuantities(back[name] ?? '', amount)).toBe(0);
      }),
    );
  });
});
