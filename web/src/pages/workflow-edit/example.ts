/** What one can begin with: most kinds of steps, carried out by the agents that are there from the start. */
export const EXAMPLE = `name: reading_round
description: Several agents read what was given; a person decides whether a brief is written.
input:
  type: object
  properties:
    topics:
      type: array
      items: {type: string}
      description: What to look for.
      default: [dates, amounts]
    careful:
      type: boolean
      description: Whether a person is asked first.
  required: [topics]
steps:
  - name: readings
    forEach: input.topics
    as: topic
    width: 2
    steps:
      - name: look
        goal: 'What do the documents say about {{topic}}?'
  - name: pause_a_moment
    wait: {forMs: 500}
  - name: decide
    if: has(input.careful) && input.careful
    approval:
      ask: Shall a brief be written about it?
      input: {topics: '{{input.topics}}'}
      deadlineMs: 3600000
  - name: brief
    goal: Brief me
`;
