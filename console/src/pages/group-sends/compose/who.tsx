import { Segmented } from 'antd'
import { useRef } from 'react'
import { useWords } from '../../../words/use-words.js'
import { type Definition, withField } from '../../codes/way/definition.js'
import { Field, FieldGroup, Wrong } from '../../codes/way/field.js'
import { StaffSelect } from '../../codes/way/staff-select.js'
import { fieldsOf } from '../../content/shapes.js'
import { CAP_WORDS, KIND_WORDS } from '../names.js'
import { type Kind, kindOf } from '../shown.js'
import { CustomersField } from './customers-field.js'
import type { SendEdits } from './edits.js'
import { GroupsField } from './groups-field.js'
import { TypedList } from './typed-list.js'

const KINDS = ['groups', 'customers', 'moments'] as const

/** What the parts of it get. */
export interface WhomProps extends SendEdits {
  /** The fields of its kind. */
  whom: Definition
  put(name: string, next: unknown): void
  write(whom: Definition): void
}

/** To whom: groups, customers or moments. What another kind held is kept aside until the form is left. */
export function Who(edits: SendEdits) {
  const { t } = useWords()
  const { value, set, fault, options } = edits
  const aside = useRef<Definition>({})
  const to = fieldsOf(value['to'])
  const kind = kindOf(to)
  const whom = fieldsOf(to[kind])
  function choose(next: Kind): void {
    if (next === kind) return
    aside.current = { ...aside.current, [kind]: whom }
    set('to', { [next]: aside.current[next] ?? {} })
  }
  const write = (next: Definition) => set('to', { [kind]: next })
  const props: WhomProps = { ...edits, whom, write, put: (name, next) => write(withField(whom, name, next)) }
  return (
    <section className="panel" data-testid="send-who">
      <h2>{t('send.who')}</h2>
      <FieldGroup label={t('send.kind')} about={t(KIND_WORDS[kind].about)} wrong={fault('to', 'own')}>
        <div>
          <Segmented
            value={kind}
            onChange={choose}
            aria-label={t('send.kind')}
            options={KINDS.map((one) => ({ value: one, label: t(KIND_WORDS[one].name) }))}
          />
        </div>
      </FieldGroup>
      {kind === 'groups' && <GroupsField {...props} />}
      {kind === 'customers' && <CustomersField {...props} />}
      {kind === 'moments' && <MomentsField {...props} />}
      <Wrong of={fault(`to.${kind}`, 'own')} />
      {kind !== 'moments' && <p className="quiet">{t(CAP_WORDS[options.cap])}</p>}
    </section>
  )
}

function MomentsField({ whom, put, fault, staff }: WhomProps) {
  const { t } = useWords()
  return (
    <>
      <Field label={t('send.publishers')} about={t('way.edit.staff.about')} wrong={fault('to.moments.staff')}>
        {(id) => (
          <StaffSelect
            id={id}
            label={t('send.publishers')}
            value={whom['staff']}
            set={(next) => put('staff', next)}
            choices={staff}
          />
        )}
      </Field>
      <Field label={t('send.departments')} about={t('send.departments.about')} wrong={fault('to.moments.departments')}>
        {(id) => (
          <TypedList
            id={id}
            label={t('send.departments')}
            value={whom['departments']}
            set={(next) =>
              put(
                'departments',
                next.map((one) => (/^\d+$/.test(one) ? Number(one) : one)),
              )
            }
          />
        )}
      </Field>
      <Field label={t('send.moment-tags')} about={t('send.moment-tags.about')} wrong={fault('to.moments.tags')}>
        {(id) => (
          <TypedList id={id} label={t('send.moment-tags')} value={whom['tags']} set={(next) => put('tags', next)} />
        )}
      </Field>
    </>
  )
}
