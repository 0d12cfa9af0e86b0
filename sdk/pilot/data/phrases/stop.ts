/**
 * Ways to say "stop, now". Whatever else is said, the answer is [stop].
 * gives  one group; "stop when …" is drive_until's and "stop for …" is not used at all
 */
import { fixed } from './phrase.js'

export const stop = [
  fixed('stop', 1, { skill: 'stop' }, [
    '<stop*6|halt*5|freeze*4>',
    '<stop*4|halt*3|freeze*2> (now|right now|immediately|at once|right there|right here|instantly|this instant|this second)',
    '<stop*3|cease|quit> (moving|driving|everything|all movement|it|that|the robot|whatever you are doing|what you are doing|all motors|the motors|all motion|all actions|at this point)',
    '(emergency|e-stop|estop|emergency stop|emergency halt|full stop|all stop|emergency brake)',
    '(emergency stop|e-stop|full stop|all stop|emergency halt) (now|please|immediately|right now)',
    '(stop|halt|freeze)(!|!!|!!!) (stop|halt|freeze)(!|!!|!!!|)',
    '(stop stop|stop stop stop|stop, stop|halt halt|stop stop stop stop|stooop|stoooop|stopp)',
    '<hit|press|use|trigger> the (emergency stop|emergency brake|brakes|stop button|kill switch)',
    '<abort*3|cancel> (everything|the mission|all|it all|all actions|immediately|now|the current action|the plan|)',
    '!<come> to a (halt|stop|standstill|full stop|complete stop)( now| immediately| at once|)',
    '<stop> (dead|dead in your tracks|in your tracks|where you are|right where you are|on the spot|there|here)',
    '<freeze> (where you are|in place|on the spot|there|in your tracks)',
    '<halt> (the robot|all motors|everything|your movement|all movement|where you are|there)',
    '(whoa|wow|hey|no|oh no|danger|careful|watch out|wait no|no no|ah|eek)(!|,|) (stop|halt|freeze)( now| right now|!|)',
    '<brake> (now|hard|immediately|)',
    '<stop> (the (robot|rover|motors|engine|wheels)|your (engine|motors|wheels))',
    '(that is enough|enough|okay that is enough)(,|.) (stop|halt)',
    '(i said|i told you to|just) (stop|halt)( now| it|)',
    '<do> an emergency stop',
    '^<stop|halt> (without delay|straight away|this moment)',
    '^(stop|halt|freeze) robot (stop|halt|freeze)',
    '<make> (an emergency stop|a full stop)',
    'stop (and do not move|and stay where you are|and do nothing|and stand still)',
    '<pull> the (emergency brake)',
    'stop everything you are doing( right now| now|)',
    '<shut> everything down( now| immediately|)',
  ]),
]
