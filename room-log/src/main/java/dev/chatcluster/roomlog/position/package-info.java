/**
 * Places in a room's log, and the tokens by which clients name them. A token says which log it is
 * of without telling that log's identity.
 */
package dev.chatcluster.roomlog.position;
