/**
 * Rarer words for the robot's places.
 * gives  alsoCalled, between bars, for ./goto
 */
import type { Place } from '../../skills.js'

export const alsoCalled: Readonly<Record<Place, string>> = {
  kitchen: 'our kitchen|the kitchenette|my kitchen',
  door: 'the front door|the entrance|the exit|the entrance door|the back door|the door way|that door|our front door|the doorstep',
  desk: 'the work desk|the office desk|the computer desk|our desk|his desk|her desk|the workdesk',
  charger:
    'your dock|the charge station|the recharging station|the battery charger|your charge point|the charging base|your base station|the base station|your charging dock|the charging pad|the recharger|your charging point|the charging cradle',
  shelf: 'the bookcase|the bookshelves|the shelving|the shelf unit|the book case|that shelf|the rack',
  window: 'the windows|the windowsill|the window sill|our window|the bay window',
  table: 'the round table|that table|our table|the breakfast table|the big table|the side table|the lunch table',
  sofa: 'my sofa|our sofa|the divan|the loveseat|our couch|that couch|my couch|the lounge sofa',
  bed: 'our bed|the double bed|his bed|her bed|the bunk bed|that bed',
  bathroom: 'the loo|the wc|the lavatory|the rest room|the shower room|our bathroom|the powder room|the loo|the wc',
  hallway:
    'the entrance hall|the hall way|the passage|the passageway|our hallway|the front hall|the corridors|the corridor',
  garage: 'the carport|the car port|my garage|the double garage|the parking garage|the carport',
  garden:
    'the yard|the yard|the backyard|the back yard|the lawn|the front garden|my garden|the front yard|the vegetable garden|the flower garden',
  office: 'the home office|the study room|the workroom|our office|his office|her office|your office|the study',
  stairs:
    'the stairwell|the stair|the steps|the bottom of the stairs|the foot of the stairs|the stair case|the staircase',
  corner:
    'the far corner|the nearest corner|the left corner|the right corner|the next corner|a corner|the opposite corner|the other corner|the corner over there',
}
