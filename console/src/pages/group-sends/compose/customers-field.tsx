import { Radio, Select } from 'antd'
import { useState } from 'react'
import { given, useCall } from '../../../api/use-call.js'
import { useMay } from '../../../session/use-session.js'
import { useWords } from '../../../words/use-words.js'
import { useSettled } from '../../campaign/use-settled.js'
import { Field, FieldGroup } from '../../codes/way/field.js'
import { StaffSelect } from '../../codes/way/staff-select.js'
import { textOf } from '../../content/shapes.js'
import { TypedList } from './typed-list.js'
import type { WhomProps } from './who.js'

const WAYS = ['segment', 'tags', 'allOf', 'ids'] as const
type Way = (typeof WAYS)[number]

/** Which customers: of a segment, with tags, of members, or by their ids; and who writes to those of several members. */
export function CustomersField({ whom, put, write, fault, staff }: WhomProps) {
  const { t } = useWords()
  const [chosen, setChosen] = useState<Way>()
  const by = chosen ?? WAYS.find((way) => whom[way] !== undefined) ?? 'segment'
  const via = whom['via']
  function choose(next: Way): void {
    setChosen(next)
    write(via === undefined ? {} : { via })
  }
  const wrong = fault(`to.customers.${by}`)
  return (
    <>
      <FieldGroup label={t('send.which')} wrong={{}}>
        <Radio.Group
          value={by}
          onChange={({ target }) => choose(target.value as Way)}
          options={[
            { value: 'segment', label: t('send.segment') },
            { value: 'tags', label: t('send.tags') },
            { value: 'allOf', label: t('send.all-of') },
            { value: 'ids', label: t('send.ids') },
          ]}
        />
      </FieldGroup>
      {by === 'segment' && (
        <Field label={t('send.segment')} wrong={wrong}>
          {(id) => <SegmentSelect id={id} value={textOf(whom['segment'])} set={(next) => put('segment', next)} />}
        </Field>
      )}
      {(by === 'tags' || by === 'ids') && (
        <Field
          label={t(by === 'tags' ? 'send.tags' : 'send.ids')}
          about={t(by === 'tags' ? 'send.tags.about' : 'send.ids.about')}
          wrong={wrong}
        >
          {(id) => (
            <TypedList
              id={id}
              label={t(by === 'tags' ? 'send.tags' : 'send.ids')}
              value={whom[by]}
              set={(next) => put(by, next)}
            />
          )}
        </Field>
      )}
      {by === 'allOf' && (
        <Field label={t('send.all-of')} about={t('way.edit.staff.about')} wrong={wrong}>
          {(id) => (
            <StaffSelect
              id={id}
              label={t('send.all-of')}
              value={whom['allOf']}
              set={(next) => put('allOf', next)}
              choices={staff}
            />
          )}
        </Field>
      )}
      <FieldGroup label={t('send.via')} about={t('send.via.about')} wrong={fault('to.customers.via')}>
        <Radio.Group
          value={via ?? 'newest'}
          onChange={({ target }) => put('via', target.value === 'newest' ? undefined : target.value)}
          options={[
            { value: 'newest', label: t('send.via.newest') },
            { value: 'oldest', label: t('send.via.oldest') },
          ]}
        />
      </FieldGroup>
    </>
  )
}

/** Chooses a segment by its title. */
function SegmentSelect({ id, value, set }: { id: string; value: string; set(slug: string | undefined): void }) {
  const { t } = useWords()
  const may = useMay()('segments:read')
  const [text, setText] = useState('')
  const asked = useSettled(text, 300)
  const query = given({ text: asked === '' ? undefined : asked, limit: 50 })
  const { data } = useCall('listSegments', may ? { query } : undefined)
  return (
    <Select
      id={id}
      value={value === '' ? null : value}
      allowClear
      showSearch={{ filterOption: false, onSearch: setText }}
      aria-label={t('send.segment')}
      options={(data?.segments ?? []).map(({ slug, title }) => ({ value: slug, label: `${title}（${slug}）` }))}
      onChange={(slug: string | null | undefined) => set(slug ?? undefined)}
    />
  )
}
