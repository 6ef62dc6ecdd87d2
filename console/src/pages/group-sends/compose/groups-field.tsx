import { Radio } from 'antd'
import { useState } from 'react'
import { useCall } from '../../../api/use-call.js'
import { useWords } from '../../../words/use-words.js'
import { Field, FieldGroup } from '../../codes/way/field.js'
import { listOf } from '../../content/shapes.js'
import { ChatPicker, OwnerGroups } from './chat-picker.js'
import { TypedList } from './typed-list.js'
import type { WhomProps } from './who.js'

type By = 'all' | 'shelf' | 'chats'

/** Which groups: all, those of labels or folders, or groups one by one and by their owner. */
export function GroupsField({ whom, put, write, fault, account }: WhomProps) {
  const { t } = useWords()
  const [chosen, setChosen] = useState<By>()
  const by = whom['all'] === true ? 'all' : chosen && chosen !== 'all' ? chosen : byOf(whom)
  const { data } = useCall('listGroupLabels', account === undefined ? undefined : { params: { account } })
  function choose(next: By): void {
    setChosen(next)
    if (next === 'all') write({ all: true })
    else if (whom['all'] !== undefined) write({})
  }
  const counted = (name: string, n: number) => ({ value: name, label: t('send.named-groups', { name, n }) })
  const ids = listOf(whom['chatIds'])
  return (
    <>
      <FieldGroup label={t('send.which')} wrong={fault('to.groups.all')}>
        <Radio.Group
          value={by}
          onChange={({ target }) => choose(target.value as By)}
          options={[
            { value: 'shelf', label: t('send.by-shelf') },
            { value: 'chats', label: t('send.by-chats') },
            { value: 'all', label: t('send.all-groups') },
          ]}
        />
      </FieldGroup>
      {by === 'shelf' && (
        <div className="way-pair">
          <Field label={t('send.labels')} about={t('send.labels.about')} wrong={fault('to.groups.labels')}>
            {(id) => (
              <TypedList
                id={id}
                label={t('send.labels')}
                value={whom['labels']}
                set={(next) => put('labels', next)}
                options={(data?.labels ?? []).map(({ label, groups }) => counted(label, groups))}
              />
            )}
          </Field>
          <Field label={t('send.folders')} wrong={fault('to.groups.folders')}>
            {(id) => (
              <TypedList
                id={id}
                label={t('send.folders')}
                value={whom['folders']}
                set={(next) => put('folders', next)}
                options={(data?.folders ?? []).map(({ folder, groups }) => counted(folder, groups))}
              />
            )}
          </Field>
        </div>
      )}
      {by === 'chats' && (
        <Field label={t('send.chats')} about={t('send.chats.about')} wrong={fault('to.groups.chatIds')}>
          {(id) => (
            <>
              <ChatPicker id={id} account={account} value={ids} set={(next) => put('chatIds', next)} />
              <OwnerGroups account={account} add={(more) => put('chatIds', [...new Set([...ids, ...more])])} />
            </>
          )}
        </Field>
      )}
    </>
  )
}

const byOf = ({ labels, folders, chatIds }: WhomProps['whom']): By =>
  chatIds !== undefined && labels === undefined && folders === undefined ? 'chats' : 'shelf'
