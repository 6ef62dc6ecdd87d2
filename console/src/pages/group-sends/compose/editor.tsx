import { Alert, Button, Input, Tabs } from 'antd'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import type { GroupSendOptions } from '../../../api/types.js'
import { ConflictDialog } from '../../../shell/conflict.js'
import { ProblemAlert } from '../../../shell/problem.js'
import { useWords } from '../../../words/use-words.js'
import { asLines, readDefinition, written } from '../../codes/way/definition.js'
import { faultsOf } from '../../codes/way/faults.js'
import { showFault } from '../../codes/way/show-fault.js'
import { useStaff } from '../../codes/way/staff-select.js'
import { Restored } from '../../codes/way/unsaved.js'
import { textOf } from '../../content/shapes.js'
import type { Shown } from '../shown.js'
import { useSendDraft } from './draft.js'
import { SendForm } from './form.js'
import { placed } from './places.js'
import { useSave } from './use-save.js'

/** A group send in its form, or a new one; the same as JSON beside it. Both show one text, which is kept until saved. */
export function Editor({ options, stored, like }: { options: GroupSendOptions; stored?: Shown; like?: Shown }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const { typed, restored, set, drop } = useSendDraft({ stored, like })
  const { busy, save, refused, theirs, forget } = useSave(drop)
  const value = readDefinition(typed.text)
  const account = textOf(value?.['account']) || options.accounts[0]
  const staff = useStaff(account, {})
  const fault = faultsOf(refused?.problem, { ...refused?.sent, id: typed.id }, { ...value, id: typed.id })
  const store = (version: number) => value && save(typed.id.trim(), value, version)
  useEffect(() => {
    if (refused) showFault()
  }, [refused])
  const leave = () => {
    forget()
    drop()
  }
  return (
    <div className="stack way-page">
      {restored && <Restored at={restored} drop={leave} />}
      {refused && <ProblemAlert problem={placed(refused.problem, t)} />}
      {theirs && value && (
        <ConflictDialog
          conflict={{
            ...{ mine: asLines(value), theirs: asLines(theirs.definition), rev: theirs.version },
            ...{ by: theirs.names[theirs.authors.at(-1) ?? ''], at: theirs.updatedAt },
          }}
          busy={busy}
          close={forget}
          keepMine={() => store(theirs.version)}
          takeTheirs={() => {
            leave()
            navigate(`/group-sends/${theirs.id}`)
          }}
        />
      )}
      <Tabs
        items={[
          {
            key: 'form',
            label: t('way.edit.form'),
            children: value ? (
              <SendForm
                value={value}
                change={(next) => set({ text: written(next) })}
                fault={fault}
                options={options}
                account={account}
                staff={staff}
                id={typed.id}
                {...(!stored && { setId: (id: string) => set({ id }) })}
              />
            ) : (
              <Alert type="error" showIcon title={t('way.edit.bad-json')} />
            ),
          },
          {
            key: 'json',
            label: t('way.edit.json'),
            children: (
              <Input.TextArea
                value={typed.text}
                rows={24}
                className="way-json"
                aria-label={t('way.edit.json')}
                onChange={({ target }) => set({ text: target.value })}
                spellCheck={false}
              />
            ),
          },
        ]}
      />
      <div className="actions save-bar send-line">
        <Button
          type="primary"
          size="large"
          loading={busy}
          disabled={!value}
          onClick={() => store(typed.version)}
          data-testid="save"
        >
          {t('send.save')}
        </Button>
        <span className="quiet">{t('send.save.about')}</span>
      </div>
    </div>
  )
}
