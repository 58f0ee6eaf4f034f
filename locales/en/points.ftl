points-card = Press to see your points. Only you will see them.
points-card-button = ⭐ My points
