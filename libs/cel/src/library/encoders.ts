import { bytesType, stringType } from '../types/type';
import { EvaluationError } from '../values/evaluation-error';
import { BytesValue } from '../values/value';
import { bytes, func, global, string } from './declare';

/** With or without padding. */
function decode(text: string): BytesValue {
  const bare = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1 || (text !== bare && text.length % 4 !== 0))
    throw new EvaluationError(`illegal base64 data at input byte ${String(text.search(/[^A-Za-z0-9+/]|$/))}`);
  return new BytesValue(Buffer.from(bare, 'base64'));
}

/** Upstream: cel-go ext/encoders.go. */
export const encoders = [
  func('base64.decode', global('base64_decode_string', [string], bytesType, decode)),
  func(
    'base64.encode',
    global('base64_encode_bytes', [bytes], stringType, ({ value }) => Buffer.from(value).toString('base64')),
  ),
];
