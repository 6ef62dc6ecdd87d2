import { Input } from 'antd'
import { useWords } from '../../../words/use-words.js'
import { fieldsOf } from '../../content/shapes.js'
import { calledOf, everyone, withField } from './definition.js'
import type { Edits } from './edits.js'
import { FieldGroup, Wrong } from './field.js'

/** What each member is called to customers: the `{staff}` of a welcome. */
export function Called({ value, set, fault }: Edits) {
  const { t } = useWords()
  const called = calledOf(value)
  const members = [...new Set([...everyone(value), ...Object.keys(called)])]
  if (members.length === 0) return null
  function call(member: string, name: string): void {
    const next = withField(fieldsOf(value['called']), member, name)
    set('called', Object.keys(next).length === 0 ? undefined : next)
  }
  return (
    <FieldGroup label={t('way.edit.called')} about={t('way.edit.called.about')} wrong={fault('called', 'own')}>
      <div className="way-called">
        {members.map((member) => {
          const wrong = fault(`called.${member}`)
          return (
            <div key={member}>
              <span>{member}</span>
              <Input
                value={called[member] ?? ''}
                maxLength={20}
                aria-label={`${member} ${t('way.edit.called')}`}
                placeholder={t('way.edit.called.none')}
                {...(wrong.validateStatus && { status: wrong.validateStatus })}
                onChange={({ target }) => call(member, target.value)}
              />
              <Wrong of={wrong} />
            </div>
          )
        })}
      </div>
    </FieldGroup>
  )
}
