import { Button, Result } from 'antd'
import { Component, type ReactNode } from 'react'
import { useWords } from '../words/use-words.js'

/** Keeps a fault of one page from taking the others along; `of` another value tries again. */
export class ErrorBoundary extends Component<{ children: ReactNode; of?: string }, { error?: Error; of?: string }> {
  override state: { error?: Error; of?: string } = {}

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  static getDerivedStateFromProps(props: { of?: string }, state: { error?: Error; of?: string }) {
    return props.of === state.of ? null : { of: props.of, error: undefined }
  }

  override render() {
    return this.state.error ? <Fault error={this.state.error} /> : this.props.children
  }
}

/** A part that cannot be loaded any more was replaced by a newer build: loading the page anew mends it. */
function Fault({ error }: { error: Error }) {
  const { t } = useWords()
  const outdated = /import|chunk|module script/i.test(error.message)
  return (
    <Result
      status={outdated ? 'info' : 'error'}
      title={outdated ? t('fault.outdated') : t('fault.title')}
      subTitle={outdated ? t('fault.outdated.more') : error.message}
      extra={
        <Button type="primary" onClick={() => location.reload()}>
          {t('act.reload')}
        </Button>
      }
    />
  )
}
