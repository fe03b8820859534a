/**
 * The quickstart's web page: rooms to talk in, and the pods and partitions live beside them. The
 * page itself talks to the pods over STOMP as any client does.
 */
package dev.chatcluster.quickstart.page;
