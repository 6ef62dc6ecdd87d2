import { fieldKindOf } from '../../../rules/official-account/template-fields.js'
import { type JsonRecord, record, text } from '../../json.js'

/** A line of a template: its label and the field it shows. */
export interface TemplateLine {
  label: string
  key: string
}

/** The lines of a template's content such as `单号:{{character_string1.DATA}}`. */
export function linesOf(content: string): TemplateLine[] {
  return content.split('\n').flatMap((line) => {
    const [, label = '', key = ''] = /^(.*?)[:：]?\s*\{\{(\w+)\.DATA\}\}\s*$/.exec(line) ?? []
    return key === '' ? [] : [{ label, key }]
  })
}

/** The values of a message's `data`, or what 47003 says about the first that does not fit its field's kind. */
export function readData(content: string, data: JsonRecord | undefined): { label: string; value: string }[] | string {
  const fields: { label: string; value: string }[] = []
  for (const { label, key } of linesOf(content)) {
    const value = text(record(data, key), 'value') ?? ''
    const { max, pattern } = fieldKindOf(key)
    const wrong = value.includes('\n') || [...value].length > max || (pattern && !pattern.test(value))
    if (value === '' || wrong) return `argument invalid! data.${key}.value is ${value === '' ? 'empty' : 'invalid'}`
    fields.push({ label, value })
  }
  return fields
}
