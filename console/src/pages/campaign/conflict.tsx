import { Modal, Radio, Tag } from 'antd'
import { useState } from 'react'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { type Change, changesOf, merged } from './merge.js'
import type { Def } from './written.js'

/** The fields as the form calls them; others by the names that the API gives them. */
const NAMES: Readonly<Record<string, AnyWord>> = {
  name: 'compose.name',
  purpose: 'compose.purpose',
  account: 'compose.account',
  audience: 'compose.audience',
  channels: 'compose.channels',
  text: 'campaign.text',
  article: 'campaign.article',
  card: 'campaign.card',
  schedule: 'compose.when',
  holdOut: 'compose.hold-out',
  waves: 'compose.waves',
  endsAt: 'compose.ends-at',
}

/** Two people changed one push: both sides next to each other, a choice where both changed a field. */
export function Conflict(props: {
  who: string | undefined
  version: number
  base: Def
  theirs: Def
  mine: Def
  busy: boolean
  save(definition: Def): void
  close(): void
}) {
  const { who, version, base, theirs, mine, busy, save, close } = props
  const { t } = useWords()
  const changes = changesOf(base, theirs, mine)
  const [chosen, setChosen] = useState<Readonly<Record<string, 'theirs' | 'mine'>>>({})
  const open = changes.some(({ field, by }) => by === 'both' && chosen[field] === undefined)
  return (
    <Modal
      open
      width={860}
      title={t('differ.title')}
      okText={t('conflict.save')}
      okButtonProps={{ disabled: open, loading: busy }}
      cancelText={t('act.cancel')}
      onOk={() => save(merged(base, theirs, mine, chosen))}
      onCancel={close}
    >
      <p>{t('differ.about', { who: who ?? t('conflict.someone'), n: version })}</p>
      <div className="conflict" data-testid="conflict">
        <table>
          <thead>
            <tr>
              <th>{t('conflict.field')}</th>
              <th>{t('conflict.before')}</th>
              <th>{t('differ.theirs')}</th>
              <th>{t('differ.mine')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <Line
                key={change.field}
                change={change}
                chosen={chosen[change.field]}
                choose={(side) => setChosen({ ...chosen, [change.field]: side })}
              />
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  )
}

function Line(props: { change: Change; chosen: 'theirs' | 'mine' | undefined; choose(side: 'theirs' | 'mine'): void }) {
  const { change, chosen, choose } = props
  const { field, by, base, theirs, mine } = change
  const { t } = useWords()
  const shown = (value: unknown) =>
    value === undefined ? t('conflict.nothing') : typeof value === 'string' ? value : JSON.stringify(value)
  const side = (name: 'theirs' | 'mine', value: unknown) => {
    const changed = by === 'both' || by === name
    return (
      <td className={changed ? 'changed' : 'quiet'}>
        {by === 'both' ? (
          <Radio checked={chosen === name} onChange={() => choose(name)}>
            {shown(value)}
          </Radio>
        ) : (
          shown(value)
        )}
      </td>
    )
  }
  return (
    <tr data-field={field}>
      <th>
        {NAMES[field] === undefined ? <code>{field}</code> : t(NAMES[field])}{' '}
        {by === 'both' && <Tag color="warning">{t('conflict.both')}</Tag>}
      </th>
      <td className="quiet">{shown(base)}</td>
      {side('theirs', theirs)}
      {side('mine', mine)}
    </tr>
  )
}
