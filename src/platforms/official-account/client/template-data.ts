import { droppedFields, fieldKindOf, fieldSource } from '../../../../rules/official-account/template-fields.js'
import { refusedBefore } from '../errors.js'
import { characters } from './check.js'

/** Values by field name, e.g. `{ thing2: '顺丰' }`. */
export type TemplateData = Readonly<Record<string, string>>

/**
 * Throws WeChatApiError for the first value that does not fit its field's kind (the platform: 47003, or it silently
 * leaves out what is too long), and for `first` and `remark`, which nobody sees since 2023-05-04.
 */
export function checkTemplateData(endpoint: string, data: TemplateData): void {
  for (const [name, value] of Object.entries(data)) {
    const field = `data.${name}`
    if (droppedFields.includes(name)) {
      throw refusedBefore(
        endpoint,
        field,
        'is not shown since 2023-05-04; put the fact into a field of the template',
        '自 2023-05-04 起不再展示，请把信息放进模板字段',
      )
    }
    const kind = fieldKindOf(name)
    const length = characters(value)
    if (
      value.trim() === '' ||
      value.includes('\n') ||
      length > kind.max ||
      (kind.pattern && !kind.pattern.test(value))
    ) {
      throw refusedBefore(
        endpoint,
        field,
        `${length} characters given, must be ${kind.en} (${fieldSource})`,
        `当前 ${length} 字，须为${kind.zh}（依据 ${fieldSource}）`,
      )
    }
  }
}

/** The values in the platform's form. */
export const wireData = (data: TemplateData): Record<string, { value: string }> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, { value }]))
