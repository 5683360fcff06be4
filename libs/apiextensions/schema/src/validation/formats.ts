import { isIPv6 } from 'node:net';
import { dns1123Label, dns1123Subdomain, parseCIDRSloppy, parseIPSloppy } from '@skiff/apimachinery';
import { date, dateTime, duration } from './times';
import type { TextTest } from './pattern';

const matching =
  (expression: RegExp): TextTest =>
  (text) =>
    expression.test(text);

const uuid = (version: string): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'i');

const label = '[a-zA-Z0-9\\p{S}\\p{L}]';
const hostnames = new RegExp(
  `^(${label}(-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?|(${label}([a-zA-Z0-9\\-\\p{S}\\p{L}]{0,61}${label})?\\.)+[a-zA-Z\\p{L}]{2,63})$`,
  'u',
);
/** The longest name of a host. */
const longestName = 253;

function isHostname(text: string): boolean {
  if (text.length > longestName || !hostnames.test(text)) return false;
  return text.split('.').every((part) => part.length <= 63);
}

const isUri: TextTest = (text) => {
  if (/[\s<>"{}|\\^`\u0000-\u001f\u007f]/.test(text)) return false;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return false;
  if (text.startsWith('/')) return true;
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:./.test(text) && hasValidHost(text);
};

function hasValidHost(text: string): boolean {
  const [, host = ''] = /^[^:]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(text) ?? [];
  return /^(\[[0-9a-fA-F:.%]*\]|[^:[\]]*)(:\d*)?$/.test(host);
}

const isEmail: TextTest = (text) => {
  if (text.length > 1_000) return false;
  const address = /^(?:[^<>]*<)?([^<>]+?)>?$/.exec(text.trim())?.[1] ?? '';
  return /^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\uffff]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\uffff]+)*|"[^"\n]*")@(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\uffff]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\uffff]+)*|\[[^\]\n]*\])$/.test(
    address,
  );
};

const isBase64: TextTest = (text) => text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, index) => total + (index + 1) * (digit === 'X' ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

const cards =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|(222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11}|6[27][0-9]{14})$/;

/** By Luhn's sum. */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]/g, '');
  if (!cards.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const byte = '(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])';

/** Upstream: k8s.io/kube-openapi/pkg/validation/strfmt. */
const formats: Readonly<Record<string, TextTest>> = {
  bsonobjectid: matching(/^[0-9a-fA-F]{24}$/),
  uri: isUri,
  email: isEmail,
  hostname: isHostname,
  ipv4: (text) => parseIPSloppy(text)?.family === 4 && !text.includes(':'),
  ipv6: (text) => isIPv6(text) && !text.includes('%'),
  cidr: (text) => parseCIDRSloppy(text) !== undefined,
  mac: matching(
    /^([0-9a-f]{2}([:-])(?:[0-9a-f]{2}\2){4}[0-9a-f]{2}|[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\3){6}[0-9a-f]{2}|[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\4){18}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|(?:[0-9a-f]{4}\.){3}[0-9a-f]{4})$/i,
  ),
  uuid: matching(uuid('[0-9a-f]')),
  uuid3: matching(uuid('3')),
  uuid4: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: matching(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: matching(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matching(new RegExp(`^rgb\\(\\s*${byte}\\s*,\\s*${byte}\\s*,\\s*${byte}\\s*\\)$`)),
  byte: isBase64,
  password: () => true,
  date,
  duration,
  datetime: dateTime,
  'date-time': dateTime,
  'k8s-short-name': (text) => dns1123Label(text).length === 0,
  'k8s-long-name': (text) => dns1123Subdomain(text).length === 0,
};

/** Whether texts have a format; undefined for one that nobody knows. */
export const formatTest = (format: string): TextTest | undefined =>
  Object.hasOwn(formats, format) ? formats[format] : undefined;
