import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

it('A network policy names ports and ranges that exist', () => {
  const ingress = [
    {
      ports: [{ port: 80, endPort: 79 }, { endPort: 80 }, { protocol: 'HTTP', port: 0 }],
      from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '11.0.0.0/16', 'x'] } }],
    },
  ];
  const at = 'spec.ingress[0]';
  expect(creating(Kinds.NetworkPolicy, { spec: { podSelector: {}, ingress } })).toEqual([
    `${at}.ports[0].endPort: Invalid value: 79: must be greater than or equal to \`port\``,
    `${at}.ports[1].endPort: Invalid value: 80: may not be specified when \`port\` is not specified`,
    `${at}.ports[2].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"`,
    `${at}.ports[2].port: Invalid value: 0: must be between 1 and 65535, inclusive`,
    `${at}.from[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
    `${at}.from[0].ipBlock.except[2]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
  ]);
});
