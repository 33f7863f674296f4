import { hash } from 'node:crypto';
import { canonicalJson, type Params, type ParamValue } from '../core/parameters.js';
import type { ContentParameter } from '../core/trainer/trainer-description.js';

/** What decides a trial's result, apart from its parameters and seed. */
export interface Identity {
  /** Fingerprint of the dataset. */
  readonly fingerprint: string;
  readonly trainerVersion: string;
  /** The trainer's defaults: writing one out does not change a key. */
  readonly defaults: Params;
  /** The parameter that names a file, if there is one. */
  readonly file?: ContentParameter;
}

/** Names a trial by its content, see `TrialSpec.key`. */
export type KeyOf = (params: Params, seed: number) => string;

/**
 * Keys are the first 16 hexadecimal digits of the SHA-256 of `{"dataset","params","seed","trainer"}` in canonical JSON, with
 * parameters left out that equal the trainer's default, and the hash of a file in place of its path. Each value is
 * serialised only once per sweep, so that a million keys take about a second.
 */
export function trialKeys({ fingerprint, trainerVersion, defaults, file }: Identity): KeyOf {
  const end = `,"trainer":${canonicalJson(trainerVersion)}}`;
  const start = `{"dataset":${canonicalJson(fingerprint)},"params":{`;
  const spell = memberSpeller(defaults);
  return (params, seed) => {
    const content = file?.contentOf(params);
    let members = '';
    for (const name of Object.keys(params).sort()) {
      const isFile = content !== undefined && name === file?.parameter;
      const member = spell(name, isFile ? content : params[name]!);
      if (member !== '') members += members === '' ? member : `,${member}`;
    }
    return hash('sha256', `${start}${members}},"seed":${canonicalJson(seed)}${end}`, 'hex').slice(0, 16);
  };
}

/** Serialises one parameter as a member of a JSON object; an empty text if it equals the default. */
function memberSpeller(defaults: Params): (name: string, value: ParamValue) => string {
  const known = new Map<string, Map<ParamValue, string>>();
  return (name, value) => {
    const members = known.get(name) ?? new Map<ParamValue, string>();
    known.set(name, members);
    const remembered = members.get(value);
    if (remembered !== undefined) return remembered;
    const json = canonicalJson(value);
    const isDefault = Object.hasOwn(defaults, name) && canonicalJson(defaults[name]!) === json;
    const member = isDefault ? '' : `${JSON.stringify(name)}:${json}`;
    if (members.size < MAX_REMEMBERED) members.set(value, member);
    return member;
  };
}

const MAX_REMEMBERED = 1000;
